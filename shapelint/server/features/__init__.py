"""The features of the server: each turns an analysis into what the protocol wants to have."""
