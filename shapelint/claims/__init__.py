"""What authors say of shapes: comments, docstrings, annotations, declared intents, and where in the code they stand."""
