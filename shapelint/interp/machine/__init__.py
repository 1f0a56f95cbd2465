"""The state of one execution, and the tables by which nodes and values get their meaning.

Enters: syntax trees, and what the rooms above register: what an expression, a statement, a call means, by type of node or
value.  Leaves: a :class:`~.machine.Machine` that dispatches to those meanings, undoes and joins the arms of unknown
conditions (``heap.py``, ``value_join.py``), remembers results (``memo.py``) and writes the tape (``recording.py``).
"""
