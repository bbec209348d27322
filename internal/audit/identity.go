package audit

func identityChecks() []check { return nil }
