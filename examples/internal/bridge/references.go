package bridge

import (
	"context"
	"strconv"

	"github.com/covedesk/covedesk/connectwise/desk/onboard"
	"github.com/covedesk/covedesk/cove"
)

// References returns access to the references of customers at Cove.
func (b *Bridge) References() onboard.References {
	return onboard.References{
		Read: func(ctx context.Context, customer string) (int64, error) {
			id, err := strconv.ParseInt(customer, 10, 64)
			if err != nil {
				return 0, err
			}
			partner, err := b.Cove.Partner(ctx, id)
			if err != nil {
				return 0, err
			}
			reference, _ := cove.ParseReference(partner.ExternalCode)
			return reference.CompanyID, nil
		},
		Write: func(ctx context.Context, customer string, company int64, identifier string) error {
			id, err := strconv.ParseInt(customer, 10, 64)
			if err == nil {
				_, err = b.Cove.SetReference(ctx, id, cove.Reference{CompanyID: company, Identifier: identifier})
			}
			return err
		},
	}
}
