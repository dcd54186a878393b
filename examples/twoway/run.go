package main

import (
	"context"

	"github.com/covedesk/covedesk/examples/internal/program"
)

func run(context.Context, *program.Program) error { return nil }
