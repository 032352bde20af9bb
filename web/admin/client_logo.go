package admin

import (
	"errors"
	"io"
	"mime/multipart"
	"net/http"

	"postern/authz/client"
	"postern/templates"
	"postern/web/page"
)

// maxUpload bounds the body of an upload: a logo, and the lines around it.
const maxUpload = client.MaxLogo + 8<<10

// errNoFile: the form was sent without a file.
var errNoFile = errors.New("choose a picture")

// clientLogo serves POST /admin/clients/{client}/logo, the one multipart form.
func (p *Pages) clientLogo(v *visit) error {
	d, err := p.client(v)
	if err != nil {
		return err
	}
	data, err := v.upload("logo")
	if err == nil {
		err = p.c.Clients.SetLogo(v.ctx(), v.actor(), d.ID, data)
	}
	if message := logoMessage(err); message != "" {
		content, err := p.settingsPage(v, d)
		if err != nil {
			return err
		}
		content.LogoErrors = templates.Errors{{Field: "logo", Message: message}}
		return v.again(content)
	}
	if err != nil {
		return err
	}
	return v.done(clientPath(d.ID, "/settings"), "The logo of "+d.Name+" is changed.")
}

// upload reads a body of exactly one file, in the part called name. What else it may hold is refused unread. Errors:
// client.ErrLogoSize, errNoFile, and problems of a form that is not ours.
func (v *visit) upload(name string) ([]byte, error) {
	v.r.Body = http.MaxBytesReader(v.w, v.r.Body, maxUpload)
	parts, err := v.r.MultipartReader()
	if err != nil {
		return nil, page.Invalid("The request is not an upload.")
	}
	part, err := parts.NextPart()
	if err != nil {
		return nil, unreadable(err)
	}
	if part.FormName() != name {
		return nil, page.Invalid("The upload has something other than a picture.")
	}
	data, err := readPart(part)
	if err != nil {
		return nil, err
	}
	if _, err := parts.NextPart(); !errors.Is(err, io.EOF) {
		return nil, page.Invalid("The upload has more than one picture.")
	}
	return data, nil
}

func readPart(part *multipart.Part) ([]byte, error) {
	data, err := io.ReadAll(io.LimitReader(part, client.MaxLogo+1))
	switch {
	case err != nil:
		return nil, unreadable(err)
	case len(data) > client.MaxLogo:
		return nil, client.ErrLogoSize
	case len(data) == 0:
		return nil, errNoFile
	}
	return data, nil
}

func unreadable(err error) error {
	if _, tooLarge := errors.AsType[*http.MaxBytesError](err); tooLarge {
		return client.ErrLogoSize
	}
	return page.Invalid("The upload could not be read.")
}

// logoMessage is what is wrong with a picture; empty if err is about something else.
func logoMessage(err error) string {
	for _, row := range []struct {
		is      error
		message string
	}{
		{errNoFile, "Choose a picture first."},
		{client.ErrLogoSize, "The picture is larger than 1 MB."},
		{client.ErrLogoFormat, "This is neither a PNG nor a JPEG picture."},
		{client.ErrLogoShape, "The picture has to be square, and 120 to 2,048 pixels wide."},
	} {
		if errors.Is(err, row.is) {
			return row.message
		}
	}
	return ""
}

// clientLogoRemove serves POST /admin/clients/{client}/logo/remove.
func (p *Pages) clientLogoRemove(v *visit) error {
	return p.clientAct(v, "/settings", "The logo of %s is removed.", func(d client.Detail) error {
		return p.c.Clients.RemoveLogo(v.ctx(), v.actor(), d.ID)
	})
}
