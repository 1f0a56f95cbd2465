"""What a linted program is made of while it is executed, as plain records: values, classes and functions, frames, the tape.

Enters: nothing but shapes and places of the source; the records say what they hold and decide nothing.  Leaves: the types
that every room of ``interp`` works on, and the tape (calls, statements, functions entered) that claims and rules read.
"""
