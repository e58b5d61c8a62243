"""What is kept: tables, queries, migrations, and the conversation's storage. Knows nobody above it."""
