using Microsoft.Azure.Functions.Worker.Builder;
using Microsoft.Extensions.Hosting;
using SalesforceConnector;

var builder = FunctionsApplication.CreateBuilder(args);
builder.ConfigureConnector();
builder.Build().Run();
