package covetest

// addPartnerEx is AddPartner with an e-mail address for the first password.
func addPartnerEx(c *call) (result, *failure) {
	r, f := addPartner(c)
	if f != nil {
		return r, f
	}
	id := r.value.(int64)
	r.outs = map[string]any{"resetPasswordUrl": "https://backup.management/#/reset-password/" + shortHash("reset", id, 24)}
	return r, nil
}

func removePartner(c *call) (result, *failure) {
	p := c.partner("partnerId")
	if c.fail != nil {
		return result{}, c.fail
	}
	if !c.s.removePartner(p.ID) {
		return result{}, refuse("Partner '%s' has devices or customers and cannot be removed", p.Name)
	}
	return result{void: true}, nil
}

func getPartnerState(c *call) (result, *failure) {
	p := c.partner("partnerId")
	if c.fail != nil {
		return result{}, c.fail
	}
	return result{value: p.State}, nil
}

// changePartnerState expects the new state as the action, because the real
// names of the actions are not public.
func changePartnerState(c *call) (result, *failure) {
	p, action := c.partner("partnerId"), c.text("action")
	c.text("reason")
	if c.fail != nil {
		return result{}, c.fail
	}
	changed := p.clone()
	changed.State = action
	c.s.partners[p.ID] = &changed
	c.s.lagPartner(p.ID, p)
	return result{void: true}, nil
}

func getAutoDeployment(c *call) (result, *failure) {
	p := c.partner("partnerId")
	if c.fail != nil {
		return result{}, c.fail
	}
	state := c.s.autoDeployment[p.ID]
	fill(&state, "Unspecified")
	return result{value: state}, nil
}

func setAutoDeployment(c *call) (result, *failure) {
	p, state := c.partner("partnerId"), c.text("autoDeploymentState")
	if c.fail != nil {
		return result{}, c.fail
	}
	if state != "Enable" && state != "Disable" {
		return result{}, refuse("Auto-deployment state '%s' cannot be set", state)
	}
	c.s.autoDeployment[p.ID] = state
	return result{void: true}, nil
}

// partnerHistory answers [PartnerInfo, {Timestamp}] pairs, also for partners
// that were removed.
func partnerHistory(c *call) (result, *failure) {
	id, fields := c.number("partnerId"), c.fields()
	if c.fail != nil {
		return result{}, c.fail
	}
	p, gone := c.s.partners[id], c.s.removedPartners[id]
	if p == nil && gone == nil {
		return result{}, noPartner(id)
	}
	pairs := []any{}
	if p == nil {
		p = gone.Partner
	}
	if !c.s.within(c.user.PartnerID, p.ParentID) && p.ID != c.user.PartnerID {
		return result{}, forbidden()
	}
	pairs = append(pairs, []any{p.info(fields), map[string]any{"Timestamp": unix(p.Created)}})
	if gone != nil {
		pairs = append(pairs, []any{p.info(fields), map[string]any{"Timestamp": unix(gone.at)}})
	}
	return result{value: pairs}, nil
}
