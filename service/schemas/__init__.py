"""The shape of every answer, for the documentation. Answers are built as JSON; tests hold them to this."""
