"""What the command line's longer commands do; imported only when one of them is called."""
