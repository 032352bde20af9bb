package main

import (
	"context"
	"fmt"
	"net/http"
	"os"
)

// open starts what runs beside requests, and puts together what answers them.
func (c *serve) open(ctx context.Context, o *office) (http.Handler, error) {
	if file := o.config.BrandLogoFile; file != "" {
		logo, err := os.ReadFile(file)
		if err != nil {
			return nil, fmt.Errorf("read brand_logo_file: %w", err)
		}
		o.Logo(logo)
	}
	if err := o.Start(ctx); err != nil {
		return nil, err
	}
	return o.Handler()
}
