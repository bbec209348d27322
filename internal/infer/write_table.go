package infer

import (
	"fmt"

	"github.com/ddbgen/ddbgen/internal/model"
	"github.com/ddbgen/ddbgen/spec"
)

func (w *writer) table(t *table) {
	w.as("table:"+t.Name, func() {
		w.Line(1, "%s:", t.logical)
		if t.logical != t.Name || !t.described {
			w.Line(2, "name: %s", spec.Scalar(t.Name))
		}
		w.comments(2, t.notes)
		if t.described {
			w.Head(t.Table, w.Managed)
		} else {
			if !w.Managed {
				w.Line(2, "existing: true")
			}
			w.Prose(2, "Only policies speak of the table. Fill in its keys, or import what aws dynamodb describe-table prints too.")
			w.fill(2, "partition_key", unknownKey, "…", fmt.Sprintf("the partition key of the table %s, by its name (and sort_key, if it has one)", t.Name))
		}
		w.tenantKeys(2, t.Name, t.templates)
		w.encryption(t)
		w.indexes(t, "global_indexes", false)
		w.indexes(t, "local_indexes", true)
		if t.streaming && t.Stream == "" {
			w.fill(2, "stream", "keys_only", "new_and_old_images", fmt.Sprintf("which images the stream of the table %s holds", t.Name))
		}
		w.Settings(t.Table, w.Managed)
	})
}

// tenantKeys writes the shapes of tenants' keys, in one line, or in one each where they are long.
func (w *writer) tenantKeys(depth int, name string, templates []model.KeyTemplate) {
	if len(templates) == 0 {
		return
	}
	w.Line(depth, "tenant_keys:")
	for _, t := range templates {
		words := templateWords(t)
		w.as("tenantkeys:"+name+":"+words, func() { w.Line(depth+1, "- %q", words) })
	}
}

func (w *writer) encryption(t *table) {
	switch {
	case t.encryption != "":
		w.as("encryption:"+t.Name, func() { w.Line(2, "encryption: {key: %s, because: [audit]}", t.encryption) })
	case t.KMSKey == "":
	case w.banned("encryption:" + t.Name):
		w.Prose(2, "The table is under the key %s, which not all roles that work with it may use by policies of their own; so who may use it is left to them and to the key's policy.", plain(t.KMSKey))
	default:
		w.Prose(2, "The table is under the key %s, of which no ARN of this account and region is known.", plain(t.KMSKey))
	}
	if t.KMSKey != "" && t.encryption == "" && w.Managed {
		w.Line(2, "encryption: aws_managed")
	}
}

func (w *writer) indexes(t *table, key string, local bool) {
	begun := false
	for _, i := range t.indexes {
		if i.local != local {
			continue
		}
		if !begun {
			w.Line(2, "%s:", key)
			begun = true
		}
		w.as("index:"+t.Name+":"+i.Name, func() {
			if i.described {
				w.Index(i.logical, i.Index, !local)
				if c := i.Capacity; w.Managed && c != nil && t.Capacity != nil && *c != *t.Capacity {
					w.Line(4, "capacity: {read: %d, write: %d}", c.Read, c.Write)
				}
			} else {
				w.Line(3, "%s:", i.logical)
				w.Line(4, "name: %s", spec.Scalar(i.Name))
				w.fill(4, "partition_key", i.PartitionKey.Name, "…", fmt.Sprintf("the partition key of the index %s of the table %s; if it is a local index, move it to local_indexes and give its sort_key", i.Name, t.Name))
			}
			if !local {
				if len(i.templates) > 0 && i.PartitionKey.Name != t.PartitionKey.Name {
					w.Prose(4, "Policies hold this index to a tenant by %s, which is not the key of the table. If it does not hold the tenant in every item, or one tenant can write another's into it, take the index out of the roles.", plain(i.PartitionKey.Name))
				}
				w.tenantKeys(4, t.Name+"/"+i.Name, i.templates)
			}
		})
	}
}
