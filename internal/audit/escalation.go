package audit

func escalationChecks() []check { return nil }
