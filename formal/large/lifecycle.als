module large/lifecycle
open lifecycle

/* The same assertions in larger scopes: minutes instead of seconds. */

onlyLegalTransitions: check onlyLegalTransitions for 3 but 0 Flaw, 11 steps expect 0
endedIsForEver: check endedIsForEver for 2 but 0 Flaw, 11 steps expect 0
terminateWins: check terminateWins for 3 but 0 Flaw, 11 steps expect 0
endedPerformsNothing: check endedPerformsNothing for 3 but 0 Flaw, 11 steps expect 0
returnedMeansEnded: check returnedMeansEnded for 3 but 0 Flaw, 11 steps expect 0
childrenEndFirst: check childrenEndFirst for 4 but 0 Flaw, 11 steps expect 0
pausedPerformsNothing: check pausedPerformsNothing for 3 but 0 Flaw, 11 steps expect 0
pausedStaysPaused: check pausedStaysPaused for 2 but 0 Flaw, 11 steps expect 0
pausedComesBackPaused: check pausedComesBackPaused for 2 but 0 Flaw, 13 steps expect 0
terminationEnds: check terminationEnds for 3 but 0 Flaw, 9 steps expect 0
