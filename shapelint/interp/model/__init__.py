"""What a linted program is made of: values, frames, the tape."""
