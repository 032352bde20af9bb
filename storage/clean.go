package storage

type sweep struct{}
