"""What the program is measured by, and beside what."""
