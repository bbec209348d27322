package audit

func trustChecks() []check { return nil }
