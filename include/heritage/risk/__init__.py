"""Risk levels from evidence: schemes say what a source's value means, `combine` weighs what several say."""
