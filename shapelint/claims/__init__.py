"""What authors say about shapes, in comments, docstrings and annotations, held against what the code does.

The way of a claim through the rooms; each imports only from those before it:

    comments/    the text of a comment -> shapes, what they are said to be, the value they name
    placement/   the comment's place   -> a claim, and the spots of the code that it may be about
    signatures/  docstrings and annotations -> what they state, held against the calls of a run
    binding/     a claim and a run     -> the tensors that it may be about, dimension beside dimension
    reading/     all claims of a run   -> one reading: convention, layout, sizes; where it diverges from the code
    blame/       a divergence          -> what is wrong, the comment or an argument of a layer
    same/        layers that are declared to keep their input's size, and do not
    report/      who is to blame       -> message, labels, trace, fix

``findings`` leads the claims of a file through them, run by run, and keeps a ``ledger`` of what each run shows.
``claimed_classes`` tells the interpreter beforehand which classes are worth a run.  Nothing here executes code: where something
must be tried, a run is replayed.
"""
