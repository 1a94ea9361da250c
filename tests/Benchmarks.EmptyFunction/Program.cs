using Azure.Storage.Queues;
using Benchmarks.EmptyFunction;
using Microsoft.Azure.Functions.Worker.Builder;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

// The limit that the connector is measured against: a function app that does nothing, and logs nothing.
var builder = FunctionsApplication.CreateBuilder(args);
builder.ConfigureFunctionsWebApplication();
builder.Logging.SetMinimumLevel(LogLevel.Warning);
builder.Services.AddSingleton(services =>
    new QueueClient(services.GetRequiredService<IConfiguration>()["Storage"], EmptyMessage.Results));
builder.Build().Run();
