using Microsoft.Azure.Functions.Worker.Builder;
using Microsoft.Extensions.Hosting;
using SalesforceConnector.Hosting;
using SalesforceConnector.Telemetry;

var builder = FunctionsApplication.CreateBuilder(args);
builder.ConfigureFunctionsWebApplication();
builder.Services.AddSalesforceConnector().AddTelemetryExport(builder.Configuration);
builder.Build().Run();
