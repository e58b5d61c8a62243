"""The running program: settings, assembly, command line, and the channels that people write on."""
