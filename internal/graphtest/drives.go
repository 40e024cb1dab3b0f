package graphtest

import "github.com/go-liveconnect/liveconnect/internal/service/backend"

// getDrive answers for a drive. One that cannot be opened can still be asked for as the caller's own, and only so.
func getDrive(c *call) (*answer, error) {
	if c.drive == "" && c.traits(c.user).brokenDrive {
		o := c.pick(object{
			"@odata.context": c.context("drives/$entity"), "id": brokenID(c.user), "driveType": "personal", "name": "ODCMetadataArchive",
			"owner": object{"user": object{"id": c.user}},
		})
		return ok(o), nil
	}
	owner, err := c.driveOwner()
	if err != nil {
		return nil, err
	}
	o, err := c.driveObject(owner)
	if err != nil {
		return nil, err
	}
	o = c.pick(o)
	o["@odata.context"] = c.context("drives/$entity")
	return ok(o), nil
}

func (c *call) driveObject(owner string) (object, error) {
	user, err := c.backend.User(c.ctx(), owner)
	if err != nil {
		return nil, err
	}
	o := object{
		"id": c.driveID(owner), "driveType": "personal", "name": "OneDrive",
		"webUrl": "https://onedrive.live.com/?cid=" + owner,
		"owner":  object{"user": object{"id": owner, "displayName": user.Name}},
	}
	if owner == c.user { // others' quota is nobody's business
		total, available, err := c.backend.Quota(c.ctx(), owner)
		if err != nil {
			return nil, err
		}
		root, err := c.backend.Item(c.ctx(), backend.Ref{Owner: owner})
		if err != nil {
			return nil, err
		}
		o["quota"] = object{"total": total, "remaining": available, "used": root.Size, "deleted": 0, "state": quotaState(total, available)}
	}
	return o, nil
}

// quotaState is normal, nearing, critical or exceeded; where one ends and the next begins is documented roughly.
func quotaState(total, available int64) string {
	switch {
	case available == 0:
		return "exceeded"
	case available < total/100:
		return "critical"
	case available < total/10:
		return "nearing"
	}
	return "normal"
}

func listDrives(c *call) (*answer, error) {
	o, err := c.driveObject(c.user)
	if err != nil {
		return nil, err
	}
	drives := []object{o}
	if c.traits(c.user).brokenDrive {
		drives = append([]object{{"id": brokenID(c.user), "driveType": "personal", "name": "ODCMetadataArchive"}}, drives...)
	}
	for i := range drives {
		drives[i] = c.pick(drives[i])
	}
	return ok(object{"@odata.context": c.context("drives"), "value": drives}), nil
}
