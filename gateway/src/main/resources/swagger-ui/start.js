// Shows this gateway's own document. The validator badge would send its address to a server elsewhere.
SwaggerUIBundle({
  url: "../openapi.json",
  dom_id: "#swagger-ui",
  deepLinking: true,
  displayRequestDuration: true,
  docExpansion: "list",
  validatorUrl: null,
});
