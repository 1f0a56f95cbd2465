"""From the text of a comment to a remark."""
