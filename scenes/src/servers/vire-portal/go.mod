module vire-portal

go 1.19
