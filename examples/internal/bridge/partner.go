package bridge

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"

	"github.com/covedesk/covedesk/cove"
	"github.com/covedesk/covedesk/cove/monitor"
	"github.com/covedesk/covedesk/examples/internal/program"
)

// Watch finds the partner to watch and makes the monitor. The partner is the
// one given by name or id, or else the one in the settings, or else the login's
// own. Levels above resellers are refused, because their customers belong to
// several providers.
func (b *Bridge) Watch(ctx context.Context, asked string) error {
	user, err := b.Cove.Login(ctx)
	if err != nil {
		return err
	}
	own, err := b.Cove.Partner(ctx, user.PartnerID)
	if err != nil {
		return err
	}
	partner, err := b.partner(ctx, cmp.Or(asked, b.Partner, own.Name), own)
	if err != nil {
		return err
	}
	switch partner.Level {
	case cove.LevelRoot, cove.LevelSubRoot, cove.LevelDistributor:
		return b.tooHigh(ctx, partner)
	}
	if partner.ID != own.ID { // 0 means the login's own
		b.Rules.PartnerID = partner.ID
	}
	b.Monitor = monitor.New(b.Cove, b.Rules)
	return nil
}

func (b *Bridge) partner(ctx context.Context, asked string, own *cove.Partner) (partner *cove.Partner, err error) {
	if asked == own.Name {
		return own, nil
	}
	if id, bad := strconv.ParseInt(asked, 10, 64); bad == nil {
		partner, err = b.Cove.Partner(ctx, id)
	} else {
		partner, err = b.Cove.PartnerByName(ctx, asked)
	}
	if errors.Is(err, cove.ErrNotFound) || errors.Is(err, cove.ErrForbidden) {
		return nil, program.End(program.Wrong, fmt.Errorf("partner %q: %w (names are compared with upper and lower case and the address in parentheses)", asked, err))
	}
	if err != nil {
		return nil, fmt.Errorf("partner %q: %w", asked, err)
	}
	return partner, nil
}

// tooHigh returns an error that lists the partners below one whose level is too
// high.
func (b *Bridge) tooHigh(ctx context.Context, p *cove.Partner) error {
	const shown = 20
	var tree struct{ Children []struct{ Info cove.Partner } }
	err := b.Cove.Call(ctx, "EnumerateChildPartners", map[string]any{
		"partnerId": p.ID, "fields": []int{0, 1}, // id and name
		"range": map[string]int{"Offset": 0, "Size": shown + 1}, "partnerFilter": map[string]string{"SortOrder": "ByLevelAndName"},
	}, &tree)
	if err != nil {
		return err
	}
	var names []string
	for i, child := range tree.Children {
		if i == shown {
			names = append(names, "…")
			break
		}
		names = append(names, fmt.Sprintf("%q (%d)", child.Info.Name, child.Info.ID))
	}
	return program.End(program.Wrong, fmt.Errorf("the partner %q is a %s, with customers of many providers: choose one below it: %s",
		p.Name, p.Level, cmp.Or(strings.Join(names, ", "), "there is none")))
}
