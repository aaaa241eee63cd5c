module broken/delegation/rows_forget_the_cut
open delegation

/* A grant that is revoked while it is being stored is stored as if it were not. */
fact { Flaw = RowsForgetTheCut and some Flaw }

revocationIsTransitiveAndForEver: check revocationIsTransitiveAndForEver for 1 but 3 Grant, 1 Flaw, 3 Int, 9 steps expect 1
