package grant

import (
	"encoding/json"
	"time"

	"postern/storage"
)

// failure is what the administrator's pages show of a refusal.
func failure(e *Error, call *Call, now time.Time) storage.Failure {
	f := storage.Failure{
		Object: "client", ObjectID: e.Client, At: now, Code: string(e.Code), Reason: e.Reason,
		Address: call.Address.String(), RequestID: call.RequestID,
	}
	if e.Detail != nil {
		if text, err := json.Marshal(e.Detail); err == nil {
			f.Detail = string(text)
		}
	}
	return f
}
