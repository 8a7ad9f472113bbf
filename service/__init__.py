"""Where it all meets: settings, composition, the command line, the API."""
