"""What is true today: rates, ceilings, fees, days and addresses, each once, with its source and its age."""
