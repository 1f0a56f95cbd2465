"""The files of the project and their imports."""
