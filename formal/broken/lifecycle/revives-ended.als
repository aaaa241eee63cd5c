module broken/lifecycle/revives_ended
open lifecycle

/* Whatever the store has comes back, the ended too. */
fact { Flaw = RevivesEnded and some Flaw }

endedIsForEver: check endedIsForEver for 1 but 1 Flaw, 9 steps expect 1
