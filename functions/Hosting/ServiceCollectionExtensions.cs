using Microsoft.Extensions.DependencyInjection;

namespace SalesforceConnector.Hosting;

public static class ServiceCollectionExtensions
{
    public static IServiceCollection AddSalesforceConnector(this IServiceCollection services) => services;
}
