package spec

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/hashicorp/hcl/v2"

	"github.com/ddbgen/ddbgen/internal/catalog"
	"github.com/ddbgen/ddbgen/internal/model"
)

func (r *resolver) resolveEnvironments() {
	r.environments.what = "environment"
	for _, e := range r.doc.Environments.Entries {
		environment := r.environment(e)
		r.environments.add(e.Key.Value, environment)
		r.m.Environments = append(r.m.Environments, environment)
	}
	r.checkDistinct()
	slices.SortFunc(r.m.Environments, func(a, b *model.Environment) int { return cmp.Compare(a.Name, b.Name) })
}

func (r *resolver) environment(e Entry[Environment]) *model.Environment {
	v := e.Value
	partition, known := catalog.PartitionOf(v.Region.Value)
	if v.Region.Set() && !known {
		r.unknownRegion(v.Region)
	}
	r.checkTagCase(v.Tags)
	return &model.Environment{
		Name:           e.Key.Value,
		Account:        v.Account.Value,
		Region:         v.Region.Value,
		Partition:      partition.ID,
		NamePrefix:     v.NamePrefix.Value,
		Tags:           r.tags(v.Tags),
		MakesProviders: v.Providers.Value == "create",
		Origin:         e.Key.Range,
	}
}

func (r *resolver) unknownRegion(text Text) {
	r.error(idUnknownRegion, "Unknown region", text.Range, "AWS has no region %q that is known here. %s",
		text.Value, suggestion(catalog.NearRegion(text.Value), "Write a region such as eu-central-1."))
}

// suggestion offers the nearest of some names, or else a remedy.
func suggestion(near []string, otherwise string) string {
	if len(near) == 0 {
		return otherwise
	}
	return fmt.Sprintf("Did you mean %q?", near[0])
}

// checkTagCase reports tag keys that differ in case only, from each other or from those that a role has already, and
// whether it did: an environment's tags go to roles, and IAM does not tell the two apart (IAM user guide, "Tags for AWS
// Identity and Access Management resources").
func (r *resolver) checkTagCase(tags Map[Text], already ...model.Tag) bool {
	first := map[string]string{strings.ToLower("ManagedBy"): "ManagedBy"}
	for _, t := range already {
		first[strings.ToLower(t.Key)] = t.Key
	}
	found := false
	for _, e := range tags.Entries {
		folded := strings.ToLower(e.Key.Value)
		if earlier, taken := first[folded]; taken && earlier != e.Key.Value {
			r.error(idTagCase, "Tag keys that differ in case only", e.Key.Range,
				"A role would have the tag %q as well, and the keys of a role's tags do not differ in case only. Rename one of them.", earlier)
			found = true
			continue
		}
		first[folded] = e.Key.Value
	}
	return found
}

// checkDistinct reports environments whose resources would have the same names. Tables belong to an account and a
// region; roles and policies to an account.
func (r *resolver) checkDistinct() {
	type place struct{ account, prefix string }
	first := map[place]Entry[Environment]{}
	for _, e := range r.doc.Environments.Entries {
		at := place{e.Value.Account.Value, e.Value.NamePrefix.Value}
		earlier, taken := first[at]
		switch {
		case at.account == "":
		case !taken:
			first[at] = e
		case earlier.Value.Region.Value == e.Value.Region.Value:
			r.error(idSameEnvironment, "Environments that collide", e.Key.Range,
				"The environments %q and %q have the same account, region and name_prefix, so every table and role of the two would have the same name. Give one of them a name_prefix.",
				earlier.Key.Value, e.Key.Value)
		case len(r.doc.Roles.Entries) > 0:
			r.error(idSameEnvironment, "Environments that collide", e.Key.Range,
				"The environments %q and %q have the same account and name_prefix. Roles belong to an account, whatever the region, so the two would have the same names. Give one of them a name_prefix.",
				earlier.Key.Value, e.Key.Value)
		}
	}
}

// local is a text in one environment.
type local struct {
	environment *model.Environment
	text        Text
}

// perEnvironment returns a text for each environment, in the model's order, and reports environments that are missing or
// unknown.
func (r *resolver) perEnvironment(written PerEnvironment) []local {
	if !written.Set() {
		return nil
	}
	byName := map[string]Text{}
	for _, e := range written.By.Entries {
		if _, known := find(r, r.environments, e.Key); known {
			byName[e.Key.Value] = e.Value
		}
	}
	var out []local
	var missing []string
	for _, environment := range r.m.Environments {
		text, ok := written.All, written.All.Set()
		if !ok {
			text, ok = byName[environment.Name]
		}
		if !ok {
			missing = append(missing, environment.Name)
			continue
		}
		out = append(out, local{environment, text})
	}
	if len(missing) > 0 {
		r.error(idEnvironmentMissing, "Missing environment", written.By.Range,
			"This has a value for some environments and none for %s, whose policies would have nothing to name. Add one for each, or write one value for all.", quoted(missing))
	}
	return out
}

func environmentValues(locals []local) []model.EnvironmentValue {
	var out []model.EnvironmentValue
	for _, l := range locals {
		out = append(out, model.EnvironmentValue{Environment: l.environment, Value: l.text.Value})
	}
	return out
}

// everywhere is the same value in every environment.
func (r *resolver) everywhere(value string) []model.EnvironmentValue {
	var out []model.EnvironmentValue
	for _, environment := range r.m.Environments {
		out = append(out, model.EnvironmentValue{Environment: environment, Value: value})
	}
	return out
}

// everywhereAll is the same texts in every environment.
func (r *resolver) everywhereAll(values ...string) []model.EnvironmentValues {
	var out []model.EnvironmentValues
	for _, environment := range r.m.Environments {
		out = append(out, model.EnvironmentValues{Environment: environment, Values: values})
	}
	return out
}

// arnParts are the fields of an ARN that say where a thing is.
type arnParts struct{ partition, region, account string }

func splitARN(arn string) arnParts {
	fields := strings.SplitN(arn, ":", 6)
	if len(fields) < 6 {
		return arnParts{}
	}
	return arnParts{partition: fields[1], region: fields[3], account: fields[4]}
}

// checkARN reports an ARN that lies elsewhere than the environment it is for. A field that demand leaves empty is not
// compared.
func (r *resolver) checkARN(environment *model.Environment, arn string, demand arnParts, at hcl.Range) {
	if environment.Partition == "" || environment.Account == "" {
		return
	}
	is := splitARN(environment.ExpandARN(arn))
	for _, field := range []struct{ name, is, demand string }{
		{"partition", is.partition, demand.partition},
		{"region", is.region, demand.region},
		{"account", is.account, demand.account},
	} {
		if field.demand != "" && field.is != field.demand {
			r.error(idARNElsewhere, "ARN of another "+field.name, at,
				"The environment %q is in %s %s, and this ARN is in %s. Write one for each environment, or correct it.",
				environment.Name, field.name, field.demand, field.is)
			return
		}
	}
}

// placed demands that an ARN lies in the environment altogether.
func placed(environment *model.Environment) arnParts {
	return arnParts{environment.Partition, environment.Region, environment.Account}
}
