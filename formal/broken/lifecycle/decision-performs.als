module broken/lifecycle/decision_performs
open lifecycle

/* A person's decision performs what was asked, without a look at what else is asked of the agent. */
fact { Flaw = DecisionPerforms and some Flaw }

terminateWins: check terminateWins for 2 but 1 Flaw, 8 steps expect 1
