"""What an open file means: findings, the shape at every place, the inputs of each class.  Nothing of the protocol is here."""
