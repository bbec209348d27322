package catalog

import "strings"

// Multivalued reports whether a key holds several values by nature. The catalog has the keys of services; of the global
// ones these do (IAM user guide, "AWS global condition context keys", value type).
func Multivalued(key string) bool {
	switch key = strings.ToLower(key); key {
	case "aws:tagkeys", "aws:calledvia", "aws:principalservicenameslist", "aws:principalorgpaths", "aws:resourceorgpaths",
		"aws:sourceorgpaths", "aws:vpceorgpaths":
		return true
	}
	if strings.HasSuffix(key, ":amr") {
		return true
	}
	k, known := Load().ConditionKey(key)
	return known && k.Multivalued()
}
