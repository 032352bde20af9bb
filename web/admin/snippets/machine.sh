curl -s {{token}} {{auth}} \
  -d grant_type=client_credentials --data-urlencode scope={{scope}}
