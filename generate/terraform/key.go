package terraform

import (
	"strings"

	"github.com/ddbgen/ddbgen/internal/model"
	"github.com/ddbgen/ddbgen/internal/output"
)

// keysModule is the module of the keys that are made here.
func keysModule(m *model.Model) []output.File {
	keys := madeKeys(m)
	if len(keys) == 0 {
		return nil
	}
	dir := module("keys")
	var files []output.File
	for _, k := range keys {
		files = append(files, key(m, k).named(dir, "key_"+k.Name))
	}
	return append(files,
		keyVariables(keys).named(dir, "variables"),
		keyOutputs(keys).named(dir, "outputs"),
		versions().named(dir, "versions"))
}

func key(m *model.Model, k *model.Key) *source {
	s := newSource()
	s.resource("aws_kms_key", k.Name, nil, func(b body) {
		if k.Description != "" {
			b.set("description", text(k.Description))
		}
		b.set("policy", expr("var.policies.%s", k.Name))
		b.set("enable_key_rotation", boolean(true))
		b.set("rotation_period_in_days", number(k.RotationDays))
		b.set("deletion_window_in_days", number(k.DeletionWindowDays))
		b.set("tags", tags(k.Tags))
	})
	s.resource("aws_kms_alias", k.Name, nil, func(b body) {
		name, _ := strings.CutPrefix(blank().KeyAlias(m, k), "alias/")
		b.set("name", join(text("alias/"), expr("var.name_prefix"), text(name)))
		b.set("target_key_id", expr("aws_kms_key.%s.key_id", k.Name))
	})
	return s
}

func keyVariables(keys []*model.Key) *source {
	s := newSource()
	s.prefixVariable()
	s.tagsVariable()
	s.variable("policies", "The JSON key policy of each key.",
		objectType(pairsOf(keys, func(k *model.Key) pair { return pair{k.Name, expr("string")} })))
	return s
}

func keyOutputs(keys []*model.Key) *source {
	s := newSource()
	s.output("arns", "ARN of each key.",
		object(pairsOf(keys, func(k *model.Key) pair { return pair{k.Name, expr("aws_kms_key.%s.arn", k.Name)} })))
	return s
}
