package cove

import (
	"strings"
	"testing"
)

func TestWrongTags(t *testing.T) {
	type stats struct {
		X int64 `cove:"F06"`
	}
	type bad struct {
		name  string
		err   error
		parts []string
	}
	of := func(name string, err error, parts ...string) bad { return bad{name, err, parts} }
	tests := []bad{
		of("not a struct", plan1[int](), "int"),
		of("lower case", plan1[struct {
			A string `cove:"an"`
		}](), "A", `"an"`),
		of("empty", plan1[struct {
			A string `cove:""`
		}](), "A"),
		of("unexported", plan1[struct {
			a string `cove:"AN"`
		}](), "a", "not exported"),
		of("type", plan1[struct {
			A []int `cove:"AN"`
		}](), "A", "[]int"),
		of("pointer to struct", plan1[struct {
			A *stats `cove:"D01"`
		}](), "A", "stats"),
		of("twice", plan1[struct {
			A string `cove:"AN"`
			B string `cove:"AN"`
		}](), "B", "AN", "A"),
		of("no source", plan1[struct {
			A stats `cove:"AN"`
		}](), "A", `"AN"`),
		of("no letter", plan1[struct {
			A stats `cove:"O"`
		}](), "A"),
		of("field outside", plan1[struct {
			A string `cove:"F00"`
		}](), "A", "outside"),
		of("source outside", plan1[struct {
			A string `cove:"D01"`
		}](), "A", "struct"),
		of("no field", plan1[struct {
			A struct {
				B string `cove:"AN"`
			} `cove:"D01"`
		}](), "A.B", `"AN"`),
		of("no legacy field", plan1[struct {
			A struct {
				B string `cove:"F22"`
			} `cove:"F"`
		}](), "A.B", "legacy"),
		of("source in source", plan1[struct {
			A struct {
				B stats `cove:"D02"`
			} `cove:"D01"`
		}](), "A.B"),
		of("account type", plan1[struct {
			A string `cove:"account"`
		}](), "A", "int64"),
		of("no tag", plan1[struct{ Name string }](), "no field"),
		of("embedded pointer", plan1[struct {
			*Embedded
			A string `cove:"AN"`
		}](), "Embedded", "pointer"),
		of("two accounts", plan1[struct {
			A int64 `cove:"account"`
			B int64 `cove:"account"`
		}](), "B", "second"),
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if tt.err == nil {
				t.Fatal("no error")
			}
			for _, part := range append(tt.parts, "cove: ") {
				if !strings.Contains(tt.err.Error(), part) {
					t.Errorf("%q does not name %q", tt.err, part)
				}
			}
		})
	}
}

func plan1[T any]() error {
	_, err := newDecoder[T](nil)
	return err
}

// A type that is not a struct may be embedded; it asks for no column.
func TestEmbeddedThatIsNoStruct(t *testing.T) {
	type row struct {
		Level
		Name string `cove:"AN"`
	}
	if rows, err := decodeAll[row](`{"AccountId":1,"Settings":[{"AN":"x"}]}`); err != nil || rows[0].Name != "x" {
		t.Errorf("%+v, %v", rows, err)
	}
	if err := plan1[struct{ Level }](); err == nil {
		t.Error("no tag, and no error")
	}
}
