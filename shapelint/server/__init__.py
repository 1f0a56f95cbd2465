"""``shapelint server``: the linter in an editor, by the Language Server Protocol.

In: what the client says of its open files.  Out: findings, and shapes beside the code.  ``analysis/`` knows nothing of the
protocol: it makes of each version of a text one :class:`~.analysis.document_analysis.Analysis`, which holds records only.
``features/`` projects it, one file for each feature.  The rest keeps files, worker and positions.
"""
