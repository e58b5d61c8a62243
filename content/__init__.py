"""What is said and what is understood: messages, figures, places, and the reading of people's words."""
