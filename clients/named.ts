export * from "@pulumi/keycloak-identity/client/named";
