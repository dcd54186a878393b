package connectwisetest

// agreementTables sets the rules for agreements and their additions.
func (s *Server) agreementTables() {
	s.scoped("Agreement", func(v *version) int64 { return v.ref("company") }, "site")
	s.tables["agreements"].removing = func(v *version, _ *actor) *problem { return s.inUse("agreement", v) }
	for _, schema := range []string{"Ticket", "ProjectTicket"} {
		s.derive(schema, "agreementType", func(v *version) any {
			if agreement := s.tables["agreements"].get(v.ref("agreement")); agreement != nil {
				return s.outRef(agreement, "type").Name
			}
			return nil
		})
	}
	s.derive("Addition", "agreementId", func(v *version) any { return v.rec.parent })
	s.derive("Addition", "agreementStatus", func(v *version) any {
		if agreement := s.tables["agreements"].get(v.rec.parent); agreement != nil {
			return agreement.named("agreementStatus")
		}
		return nil
	})
	for total, price := range map[string]string{"extPrice": "unitPrice", "extCost": "unitCost"} {
		s.derive("Addition", total, func(v *version) any {
			quantity, _ := v.named("quantity").(float64)
			each, _ := v.named(price).(float64)
			return quantity * each
		})
	}
	s.tables["additions"].finish = func(d *draft, _ *actor) {
		item := s.tables["catalog"].get(d.ref("product"))
		if item == nil {
			return
		}
		for member, of := range map[string]string{"description": "description", "unitPrice": "price", "unitCost": "cost"} {
			if d.named(member) == nil {
				d.set(member, item.named(of))
			}
		}
	}
	s.derive("ProjectPhase", "projectId", func(v *version) any { return v.rec.parent })
	s.derive("ProjectNote", "projectId", func(v *version) any { return v.rec.parent })
	s.derive("CompanyGroup", "company", func(v *version) any { return ref{id: v.rec.parent} })
}
