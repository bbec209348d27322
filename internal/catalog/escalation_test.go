package catalog

import (
	"slices"
	"strings"
	"testing"
)

// The proof asks of each method whether a role may do all of its actions, so an
// action that no catalog knows, or a list that another one contains, would make
// it answer too little or the same twice.
func TestEscalationMethods(t *testing.T) {
	names, lists := map[string]bool{}, map[string]string{}
	for _, m := range EscalationMethods() {
		if m.Name == "" || m.Gives == "" || m.Source == "" || len(m.Actions) == 0 {
			t.Errorf("%+v is incomplete", m)
		}
		if names[m.Name] {
			t.Errorf("%s is there twice", m.Name)
		}
		names[m.Name] = true
		if list := strings.Join(m.Actions, " "); lists[list] != "" {
			t.Errorf("%s and %s need the same", m.Name, lists[list])
		} else {
			lists[list] = m.Name
		}
		if !slices.IsSorted(m.Actions) {
			t.Errorf("%s: its actions are not sorted: %v", m.Name, m.Actions)
		}
		for _, name := range m.Actions {
			if action, ok := Load().Action(name); !ok || action.Name != name || action.Access == "Read" || action.Access == "List" {
				t.Errorf("%s: %s is %q, %v", m.Name, name, action.Access, ok)
			}
		}
	}
}

// What every published list of methods has in common, and what the two rules
// for delegating with a boundary rest on.
func TestKnownEscalations(t *testing.T) {
	var lists []string
	for _, m := range EscalationMethods() {
		lists = append(lists, strings.Join(m.Actions, " "))
	}
	for _, want := range []string{
		"iam:CreatePolicyVersion", "iam:SetDefaultPolicyVersion", "iam:CreateAccessKey", "iam:CreateLoginProfile", "iam:UpdateLoginProfile",
		"iam:AttachUserPolicy", "iam:AttachGroupPolicy", "iam:AttachRolePolicy", "iam:PutUserPolicy", "iam:PutGroupPolicy", "iam:PutRolePolicy",
		"iam:AddUserToGroup", "iam:UpdateAssumeRolePolicy sts:AssumeRole", "ec2:RunInstances iam:PassRole", "lambda:UpdateFunctionCode",
		"iam:DeleteRolePermissionsBoundary", "iam:PutRolePermissionsBoundary",
	} {
		if !slices.Contains(lists, want) {
			t.Errorf("no method needs %s", want)
		}
	}
}
