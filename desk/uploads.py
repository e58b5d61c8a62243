"""Where a file comes up to the desk and how large it may be; apart from the pages, for whoever guards the door."""

LICENCE_LIST, LICENCE_LIST_BYTES = "/desk/licences/upload", 5_000_000
PEOPLE, PEOPLE_BYTES = "/desk/import/look", 5_000_000
"""25,000 rows are about half of it."""
HAMLET_LIST, HAMLET_LIST_BYTES = "/desk/hamlets/load", 60_000
"""Some hundred hamlets are a third of it. It comes back with the form that accepts it."""
NOTICE_FILE_BYTES = 10_000_000
"""What every channel takes as a picture or a file."""
